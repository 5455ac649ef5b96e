#ifndef STAND_IN_ACPI_H_
#define STAND_IN_ACPI_H_

#define EFI_ACPI_2_0_DIFFERENTIATED_SYSTEM_DESCRIPTION_TABLE_SIGNATURE  0x54445344 /* DSDT */
#define EFI_ACPI_2_0_SECONDARY_SYSTEM_DESCRIPTION_TABLE_SIGNATURE  0x54445353 /* SSDT */

#pragma pack(1)
typedef struct {
  UINT32    Signature;
  UINT32    Length;
} EFI_ACPI_COMMON_HEADER;

typedef struct {
  UINT32    Signature;
  UINT32    Length;
  UINT8     Revision;
  UINT8     Checksum;
  UINT8     OemId[6];
  UINT64    OemTableId;
  UINT32    OemRevision;
  UINT32    CreatorId;
  UINT32    CreatorRevision;
} EFI_ACPI_DESCRIPTION_HEADER;
#pragma pack()

#endif
