// Under which words does everything appear that a person could mistake for the real thing?
export const SIMULATED_TDX = 'SIMULATED TDX';
