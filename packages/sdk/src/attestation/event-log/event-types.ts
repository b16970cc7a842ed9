// What are the event types called? TCG PC Client Platform Firmware Profile, table "Events"; the number is the host's word.

export const EVENT_TYPES = {
  EV_NO_ACTION: 0x3,
  EV_SEPARATOR: 0x4,
  EV_EVENT_TAG: 0x6,
  EV_PLATFORM_CONFIG_FLAGS: 0xa,
  EV_IPL: 0xd,
  EV_EFI_VARIABLE_DRIVER_CONFIG: 0x80000001,
  EV_EFI_VARIABLE_BOOT: 0x80000002,
  EV_EFI_BOOT_SERVICES_APPLICATION: 0x80000003,
  EV_EFI_BOOT_SERVICES_DRIVER: 0x80000004,
  EV_EFI_GPT_EVENT: 0x80000006,
  EV_EFI_ACTION: 0x80000007,
  EV_EFI_PLATFORM_FIRMWARE_BLOB: 0x80000008,
  EV_EFI_HANDOFF_TABLES: 0x80000009,
  EV_EFI_PLATFORM_FIRMWARE_BLOB2: 0x8000000a,
  EV_EFI_HANDOFF_TABLES2: 0x8000000b,
  EV_EFI_VARIABLE_BOOT2: 0x8000000c,
  EV_EFI_VARIABLE_AUTHORITY: 0x800000e0,
  /** Run-time events of a dstack guest. */
  DSTACK_EVENT: 0x08000001,
} as const;

const NAMES = new Map<number, string>(Object.entries(EVENT_TYPES).map(([name, type]) => [type, name]));

export function eventTypeName(type: number): string {
  return NAMES.get(type) ?? `0x${type.toString(16).padStart(8, '0')}`;
}
