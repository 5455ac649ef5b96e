/** The first half of the search for `\\VCFG` in EDK2's manner: AML's opcodes and how its parts are read. */
export const EDK2_AML_SOURCE = `/** @file
  Finds the base of the VCFG window in a DSDT.

  SPDX-License-Identifier: MIT
**/

#include <Uefi.h>
#include <Library/BaseLib.h>

#include "VcfgFind.h"

#define HEADER_LENGTH_OFFSET    4
#define HEADER_REVISION_OFFSET  8
#define HEADER_BYTES            36

#define NAME_OP   0x08
#define SCOPE_OP  0x10
#define EXT_OP    0x5B
#define ZERO_OP   0x00
#define ONE_OP    0x01
#define ONES_OP   0xFF
#define BYTE_OP   0x0A
#define WORD_OP   0x0B
#define DWORD_OP  0x0C
#define QWORD_OP  0x0E

#define MOST_NESTED_SCOPES  32

//
// What follows an opcode and is not a term itself. Operands that are terms need
// no row: they are read as the next terms, whatever they belong to.
//
typedef enum {
  RawBytes, // names, then bytes
  Text,     // bytes up to a NUL
  Package,  // a length, which leads to the package's end
  Scope     // the same, with a name, bytes, and terms in it
} FOLLOW;

typedef struct {
  UINT16    First; // opcodes that the row covers; EXT_OP in the high byte
  UINT16    Last;
  FOLLOW    Follow;
  UINT8     Names;
  UINT8     Bytes;
} OPCODE_ROW;

//
// ACPI 6.5, chapter 20. Match and Acquire are left out on purpose: they hold
// bytes after terms. They occur in methods, which are skipped.
//
STATIC CONST OPCODE_ROW  mOpcodes[] = {
  { 0x0000, 0x0001, RawBytes, 0, 0 }, // Zero, One
  { 0x0006, 0x0006, RawBytes, 2, 0 }, // Alias
  { 0x0008, 0x0008, RawBytes, 1, 0 }, // Name
  { 0x000A, 0x000A, RawBytes, 0, 1 }, // Byte
  { 0x000B, 0x000B, RawBytes, 0, 2 }, // Word
  { 0x000C, 0x000C, RawBytes, 0, 4 }, // DWord
  { 0x000D, 0x000D, Text,     0, 0 }, // String
  { 0x000E, 0x000E, RawBytes, 0, 8 }, // QWord
  { 0x0010, 0x0010, Scope,    1, 0 }, // Scope
  { 0x0011, 0x0014, Package,  0, 0 }, // Buffer, Package, VarPackage, Method
  { 0x0015, 0x0015, RawBytes, 1, 2 }, // External
  { 0x0060, 0x006E, RawBytes, 0, 0 }, // Local0 to Local7, Arg0 to Arg6
  { 0x0070, 0x0088, RawBytes, 0, 0 }, // Store to Index
  { 0x008A, 0x0099, RawBytes, 0, 0 }, // CreateDWordField to ToInteger
  { 0x009C, 0x009F, RawBytes, 0, 0 }, // ToString, CopyObject, Mid, Continue
  { 0x00A0, 0x00A2, Package,  0, 0 }, // If, Else, While
  { 0x00A3, 0x00A5, RawBytes, 0, 0 }, // Noop, Return, Break
  { 0x00CC, 0x00CC, RawBytes, 0, 0 }, // BreakPoint
  { 0x00FF, 0x00FF, RawBytes, 0, 0 }, // Ones
  { 0x5B01, 0x5B01, RawBytes, 1, 1 }, // Mutex
  { 0x5B02, 0x5B02, RawBytes, 1, 0 }, // Event
  { 0x5B12, 0x5B13, RawBytes, 0, 0 }, // CondRefOf, CreateField
  { 0x5B1F, 0x5B1F, RawBytes, 0, 0 }, // LoadTable
  { 0x5B20, 0x5B20, RawBytes, 1, 0 }, // Load
  { 0x5B21, 0x5B22, RawBytes, 0, 0 }, // Stall, Sleep
  { 0x5B24, 0x5B2A, RawBytes, 0, 0 }, // Signal to Unload
  { 0x5B30, 0x5B31, RawBytes, 0, 0 }, // Revision, Debug
  { 0x5B32, 0x5B32, RawBytes, 0, 5 }, // Fatal
  { 0x5B33, 0x5B33, RawBytes, 0, 0 }, // Timer
  { 0x5B80, 0x5B80, RawBytes, 1, 1 }, // OperationRegion
  { 0x5B81, 0x5B81, Package,  0, 0 }, // Field
  { 0x5B82, 0x5B82, Scope,    1, 0 }, // Device
  { 0x5B83, 0x5B83, Scope,    1, 6 }, // Processor
  { 0x5B84, 0x5B84, Scope,    1, 3 }, // PowerResource
  { 0x5B85, 0x5B85, Scope,    1, 0 }, // ThermalZone
  { 0x5B86, 0x5B87, Package,  0, 0 }, // IndexField, BankField
  { 0x5B88, 0x5B88, RawBytes, 1, 0 }  // DataTableRegion
};

//
// A place in the table, and the end of the package that it is in.
//
typedef struct {
  CONST UINT8    *Table;
  UINTN          At;
  UINTN          End;
} CURSOR;

typedef struct {
  BOOLEAN        FromRoot; // begins with a backslash
  UINTN          Carets;
  UINTN          Segments;
  CONST UINT8    *First;   // of 4 bytes each; NULL without segments
} AML_NAME;

STATIC
BOOLEAN
HasBytes (
  IN CONST CURSOR  *Cursor,
  IN UINTN         Count
  )
{
  return Count <= Cursor->End - Cursor->At;
}

/**
  Moves on by Count bytes, if they are there.
**/
STATIC
BOOLEAN
Skip (
  IN OUT CURSOR  *Cursor,
  IN     UINTN   Count
  )
{
  if (!HasBytes (Cursor, Count)) {
    return FALSE;
  }

  Cursor->At += Count;
  return TRUE;
}

/**
  Reads a little-endian integer of up to 8 bytes.
**/
STATIC
BOOLEAN
ReadInteger (
  IN OUT CURSOR  *Cursor,
  IN     UINTN   Bytes,
  OUT    UINT64  *Value
  )
{
  UINTN  Index;

  if (!HasBytes (Cursor, Bytes)) {
    return FALSE;
  }

  *Value = 0;
  for (Index = Bytes; Index > 0; Index--) {
    *Value = LShiftU64 (*Value, 8) | Cursor->Table[Cursor->At + Index - 1];
  }

  Cursor->At += Bytes;
  return TRUE;
}

/**
  Reads a PkgLength, which counts itself, and returns the contents of the package.
**/
STATIC
BOOLEAN
ReadPackage (
  IN OUT CURSOR  *Cursor,
  OUT    CURSOR  *Inside
  )
{
  UINTN  Start;
  UINTN  More;
  UINTN  Length;
  UINTN  Index;

  if (!HasBytes (Cursor, 1)) {
    return FALSE;
  }

  Start = Cursor->At;
  More  = Cursor->Table[Start] >> 6;
  if (!HasBytes (Cursor, 1 + More)) {
    return FALSE;
  }

  Length = (More == 0) ? (Cursor->Table[Start] & 0x3F) : (Cursor->Table[Start] & 0x0F);
  for (Index = 0; Index < More; Index++) {
    Length |= (UINTN)Cursor->Table[Start + 1 + Index] << (4 + 8 * Index);
  }

  if ((Length < 1 + More) || !HasBytes (Cursor, Length)) {
    return FALSE;
  }

  Inside->Table = Cursor->Table;
  Inside->At    = Start + 1 + More;
  Inside->End   = Start + Length;
  Cursor->At    = Start + Length;
  return TRUE;
}

STATIC
BOOLEAN
IsLeadNameChar (
  IN UINT8  Byte
  )
{
  return ((Byte >= 'A') && (Byte <= 'Z')) || (Byte == '_');
}

/**
  Reads a NameString.
**/
STATIC
BOOLEAN
ReadName (
  IN OUT CURSOR    *Cursor,
  OUT    AML_NAME  *Name
  )
{
  UINT64  Count;

  Name->FromRoot = FALSE;
  Name->Carets   = 0;
  Name->First    = NULL;
  if (HasBytes (Cursor, 1) && (Cursor->Table[Cursor->At] == '\\\\')) {
    Name->FromRoot = TRUE;
    Cursor->At++;
  }

  while (HasBytes (Cursor, 1) && (Cursor->Table[Cursor->At] == '^')) {
    Name->Carets++;
    Cursor->At++;
  }

  if (!HasBytes (Cursor, 1)) {
    return FALSE;
  }

  switch (Cursor->Table[Cursor->At]) {
    case 0x00: // no segment
      Count = 0;
      Cursor->At++;
      break;
    case 0x2E: // two
      Count = 2;
      Cursor->At++;
      break;
    case 0x2F: // as many as the byte after it says
      Cursor->At++;
      if (!ReadInteger (Cursor, 1, &Count)) {
        return FALSE;
      }

      break;
    default:
      Count = 1;
      break;
  }

  Name->Segments = (UINTN)Count;
  if (Count > 0) {
    Name->First = Cursor->Table + Cursor->At;
  }

  return Skip (Cursor, (UINTN)Count * 4) && ((Count == 0) || IsLeadNameChar (*Name->First));
}

`;
