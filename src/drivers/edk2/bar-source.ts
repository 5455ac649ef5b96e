import type { BarDescription, Platform } from '../../vocab/index.js';
import { barName, upperName } from '../driver-names.js';

/** The parts of the EDK2 driver for functions with BARs; a platform without any has none of them. */

const HEAD = `typedef struct {
  CONST CHAR8    *Function;
  CONST CHAR8    *Name;
  UINT32         Index;    // in configuration space
  UINT8          BarIndex; // of EFI_PCI_IO_PROTOCOL
  UINT64         Bytes;
} SAMPLE_BAR;

#define BAR_ROW(function, bar, index) \\
  { #function, #bar, VCFG_##function##_BAR_##bar, index, VCFG_##function##_BAR_##bar##_BYTES }

//
// The functions of EFI_PCI_IO_PROTOCOL take a BarIndex in which a BAR of 64 bits counts
// once, so it is not always the index that vcfg.h has.
//
STATIC CONST SAMPLE_BAR  mBars[] = {`;

const BODY = `};

/**
  Shows the base address registers. A driver reads one by PciIo->Mem.Read () with its
  BarIndex, once the PCI bus driver has given it an address.
**/
STATIC
VOID
ShowBars (
  VOID
  )
{
  UINTN  Index;

  for (Index = 0; Index < ARRAY_SIZE (mBars); Index++) {
    DEBUG ((
      DEBUG_INFO,
      "VCFG %a: BAR %d is %a, 0x%lx bytes, BarIndex %d\\n",
      mBars[Index].Function,
      mBars[Index].Index,
      mBars[Index].Name,
      mBars[Index].Bytes,
      mBars[Index].BarIndex
      ));
  }
}
`;

/** The call in the function that shows the window. */
export const SHOW_BARS = '  ShowBars ();\n';

/** The BarIndex that EDK2's PciBusDxe gives a BAR: one of 64 bits takes two places in configuration space, and one there. */
function barIndexOf(bar: BarDescription, bars: readonly BarDescription[]): number {
  return bar.index - bars.filter(({ index, kind }) => index < bar.index && kind === 'mem64').length;
}

/** The BARs of all functions, and what shows them. */
export function edk2BarLines({ functions }: Platform): string[] {
  const rows = functions.flatMap((description) => {
    const { bars = [] } = description;
    return bars.map((bar) => `  BAR_ROW (${upperName(description)}, ${barName(bar)}, ${barIndexOf(bar, bars)}),`);
  });
  return rows.length === 0 ? [] : [HEAD, ...rows, BODY];
}
