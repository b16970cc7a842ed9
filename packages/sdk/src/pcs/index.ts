// Fetches Intel collateral and keeps it fresh. For Node: browsers may not read Intel's answers, they get a staple.
export { type QuotePlatform, quotePlatform } from '../attestation/collateral/quote-platform.js';
export {
  type CollateralRefresher,
  type CollateralRefresherOptions,
  type CollateralStatus,
  createCollateralRefresher,
  type RefreshEvent,
} from './create-collateral-refresher.js';
export { type FetchCollateralOptions, fetchCollateral, INTEL_PCS_URL } from './fetch-collateral.js';
