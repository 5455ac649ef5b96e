/** The search for `\VCFG` in a DSDT, as C in EDK2's style. It is the same for every platform and uses only types. */

export const EDK2_FIND_HEADER = `/** @file
  Finds the base of the VCFG window in a DSDT.

  SPDX-License-Identifier: MIT
**/

#ifndef VCFG_FIND_H_
#define VCFG_FIND_H_

#include <Uefi.h>

/**
  Finds Name (\\VCFG, Integer) in a DSDT.

  The AML is read term by term from its start, as an OS does when it loads the
  table, so bytes in strings, buffers, resource templates, field lists and bodies
  of methods are never mistaken for the name. Packages are skipped by their
  length; the contents of a Scope, Device, Processor, PowerResource or ThermalZone
  are read too.

  A name in a method, If, Else or While is not found: whether it exists depends on
  whether the code runs. A name with more carets than there are scopes above it
  does not exist, and is not found either.

  @param[in]  Table   The DSDT, its header included.
  @param[in]  Length  Bytes that may be read at Table.
  @param[out] Base    Address at which the window begins, if found.

  @retval EFI_SUCCESS               Base is set.
  @retval EFI_NOT_FOUND             The whole table was read; it has no such name.
  @retval EFI_COMPROMISED_DATA      The table is cut off, or a length in it is wrong.
  @retval EFI_INCOMPATIBLE_VERSION  The table's revision is below 2, with which an OS
                                    cuts integers to 32 bits, and this one is wider.
  @retval EFI_UNSUPPORTED           VCFG is not an integer constant, or a term before
                                    it cannot be skipped, or its carets lead out of a
                                    Scope that may be one of several.
**/
EFI_STATUS
VcfgFindInDsdt (
  IN  CONST UINT8  *Table,
  IN  UINTN        Length,
  OUT UINT64       *Base
  );

#endif
`;

/** The second half: the search itself. It follows EDK2_AML_SOURCE. */
export const EDK2_FIND_SOURCE = `//
// How many scopes are above a place; the root's depth is 0. A Scope with a single
// segment opens the nearest object of that name, which only the namespace knows.
//
typedef struct {
  UINTN    Least;
  UINTN    Most;
} LEVELS;

STATIC
BOOLEAN
StartsName (
  IN UINT8  Byte
  )
{
  return IsLeadNameChar (Byte) || (Byte == '\\\\') || (Byte == '^') || (Byte == 0x2E) || (Byte == 0x2F);
}

/**
  Where a name leads from a scope. One segment alone, if it is searched for, may be
  in any scope above too, though not be the root. ACPI 6.5, 5.3

  @retval FALSE  It leads nowhere: there are more carets than scopes above.
**/
STATIC
BOOLEAN
Resolve (
  IN  CONST LEVELS    *From,
  IN  CONST AML_NAME  *Name,
  IN  BOOLEAN         IsSearched,
  OUT LEVELS          *To
  )
{
  if (Name->FromRoot) {
    To->Least = Name->Segments;
    To->Most  = Name->Segments;
    return Name->Carets == 0;
  }

  if (Name->Carets > From->Most) {
    return FALSE;
  }

  To->Most  = From->Most - Name->Carets + Name->Segments;
  To->Least = Name->Segments;
  if ((From->Least > Name->Carets) && !(IsSearched && (Name->Carets == 0) && (Name->Segments == 1))) {
    To->Least += From->Least - Name->Carets;
  }

  return TRUE;
}

/**
  Whether a Name in a scope declares \\VCFG, or may do so.
**/
STATIC
BOOLEAN
MayBeVcfg (
  IN  CONST LEVELS    *Within,
  IN  CONST AML_NAME  *Name,
  OUT BOOLEAN         *IsCertain
  )
{
  LEVELS  Levels;

  if ((Name->Segments != 1) ||
      (Name->First[0] != 'V') || (Name->First[1] != 'C') || (Name->First[2] != 'F') || (Name->First[3] != 'G') ||
      !Resolve (Within, Name, FALSE, &Levels))
  {
    return FALSE;
  }

  *IsCertain = Levels.Most == 1;
  return Levels.Least == 1;
}

/**
  Reads the value of a Name, which has to be an integer constant.
**/
STATIC
EFI_STATUS
ReadConstant (
  IN OUT CURSOR  *Cursor,
  OUT    UINT64  *Value
  )
{
  UINT64  Opcode;
  UINTN   Bytes;

  if (!ReadInteger (Cursor, 1, &Opcode)) {
    return EFI_COMPROMISED_DATA;
  }

  switch (Opcode) {
    case ZERO_OP:
    case ONE_OP:
      *Value = Opcode;
      return EFI_SUCCESS;
    case ONES_OP:
      *Value = MAX_UINT64;
      return EFI_SUCCESS;
    case BYTE_OP:
      Bytes = 1;
      break;
    case WORD_OP:
      Bytes = 2;
      break;
    case DWORD_OP:
      Bytes = 4;
      break;
    case QWORD_OP:
      Bytes = 8;
      break;
    default:
      return EFI_UNSUPPORTED;
  }

  return ReadInteger (Cursor, Bytes, Value) ? EFI_SUCCESS : EFI_COMPROMISED_DATA;
}

STATIC
CONST OPCODE_ROW *
FindRow (
  IN UINTN  Opcode
  )
{
  UINTN  Index;

  for (Index = 0; Index < ARRAY_SIZE (mOpcodes); Index++) {
    if ((Opcode >= mOpcodes[Index].First) && (Opcode <= mOpcodes[Index].Last)) {
      return &mOpcodes[Index];
    }
  }

  return NULL;
}

STATIC
EFI_STATUS
FindInTerms (
  IN  CURSOR        Cursor,
  IN  CONST LEVELS  *Within,
  IN  UINTN         Nesting,
  OUT UINT64        *Value
  )
{
  CONST OPCODE_ROW  *Row;
  CURSOR            Inside;
  AML_NAME          Name;
  LEVELS            Levels;
  BOOLEAN           IsCertain;
  EFI_STATUS        Status;
  UINTN             Opcode;
  UINTN             Index;

  while (Cursor.At < Cursor.End) {
    Opcode = Cursor.Table[Cursor.At];
    if (StartsName ((UINT8)Opcode)) {
      //
      // A name by itself, or a call; a call's arguments are the next terms.
      //
      if (!ReadName (&Cursor, &Name)) {
        return EFI_COMPROMISED_DATA;
      }

      continue;
    }

    Cursor.At++;
    if (Opcode == EXT_OP) {
      if (!HasBytes (&Cursor, 1)) {
        return EFI_COMPROMISED_DATA;
      }

      Opcode = (EXT_OP << 8) | Cursor.Table[Cursor.At++];
    }

    Row = FindRow (Opcode);
    if (Row == NULL) {
      return EFI_UNSUPPORTED;
    }

    switch (Row->Follow) {
      case RawBytes:
        for (Index = 0; Index < Row->Names; Index++) {
          if (!ReadName (&Cursor, &Name)) {
            return EFI_COMPROMISED_DATA;
          }
        }

        if (!Skip (&Cursor, Row->Bytes)) {
          return EFI_COMPROMISED_DATA;
        }

        if ((Opcode == NAME_OP) && MayBeVcfg (Within, &Name, &IsCertain)) {
          return IsCertain ? ReadConstant (&Cursor, Value) : EFI_UNSUPPORTED;
        }

        break;

      case Text:
        do {
          if (!HasBytes (&Cursor, 1)) {
            return EFI_COMPROMISED_DATA;
          }
        } while (Cursor.Table[Cursor.At++] != 0);

        break;

      case Package:
        if (!ReadPackage (&Cursor, &Inside)) {
          return EFI_COMPROMISED_DATA;
        }

        break;

      case Scope:
        if (!ReadPackage (&Cursor, &Inside) || !ReadName (&Inside, &Name) || !Skip (&Inside, Row->Bytes)) {
          return EFI_COMPROMISED_DATA;
        }

        if (Nesting == MOST_NESTED_SCOPES) {
          return EFI_UNSUPPORTED;
        }

        if (!Resolve (Within, &Name, Opcode == SCOPE_OP, &Levels)) {
          break;
        }

        Status = FindInTerms (Inside, &Levels, Nesting + 1, Value);
        if (Status != EFI_NOT_FOUND) {
          return Status;
        }

        break;
    }
  }

  return EFI_NOT_FOUND;
}

EFI_STATUS
VcfgFindInDsdt (
  IN  CONST UINT8  *Table,
  IN  UINTN        Length,
  OUT UINT64       *Base
  )
{
  CURSOR      Cursor;
  LEVELS      Root;
  EFI_STATUS  Status;
  UINT64      TableLength;
  UINT64      Value;

  Cursor.Table = Table;
  Cursor.At    = HEADER_LENGTH_OFFSET;
  Cursor.End   = Length;
  if ((Length < HEADER_BYTES) || !ReadInteger (&Cursor, 4, &TableLength) || (TableLength < HEADER_BYTES) ||
      (TableLength > Length))
  {
    return EFI_COMPROMISED_DATA;
  }

  Cursor.At  = HEADER_BYTES;
  Cursor.End = (UINTN)TableLength;
  Root.Least = 0;
  Root.Most  = 0;
  Value      = 0;
  Status     = FindInTerms (Cursor, &Root, 0, &Value);
  if (EFI_ERROR (Status)) {
    return Status;
  }

  if ((Table[HEADER_REVISION_OFFSET] < 2) && (Value > MAX_UINT32)) {
    return EFI_INCOMPATIBLE_VERSION;
  }

  *Base = Value;
  return EFI_SUCCESS;
}
`;
