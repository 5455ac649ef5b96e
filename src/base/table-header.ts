/** Bytes of the header that every ACPI table except the RSDP and the FACS begins with. ACPI 6.5 §5.2.6 */
export const SDT_HEADER_BYTES = 36;

/** Offsets of that header's fields. ACPI 6.5 §5.2.6 */
export const SDT_OFFSET = {
  signature: 0,
  length: 4,
  revision: 8,
  checksum: 9,
  oemId: 10,
  oemTableId: 16,
  oemRevision: 24,
  creatorId: 28,
  creatorRevision: 32,
} as const;
