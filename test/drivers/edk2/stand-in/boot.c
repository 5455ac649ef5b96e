/* boot early|late DSDT [SSDT...]: loads the driver before there is a DSDT, or after, and boots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "services.h"

EFI_STATUS EFIAPI VcfgSampleEntryPoint (IN EFI_HANDLE ImageHandle, IN EFI_SYSTEM_TABLE *SystemTable);

int main (int Count, char **Words)
{
  EFI_STATUS Status;
  UINT8 *Dsdt;
  size_t Size;

  int Word;

  if (Count < 3)
    return 2;
  for (Word = 3; Word < Count; Word++)
    InstallSsdt (ReadFile (Words[Word], &Size));
  Dsdt = ReadFile (Words[2], &Size);
  if (strcmp (Words[1], "late") == 0)
    InstallDsdt (Dsdt);
  Status = VcfgSampleEntryPoint (NULL, NULL);
  printf ("loaded: %s\n", StatusName (Status));
  InstallDsdt (Dsdt);
  SignalReadyToBoot ();
  SignalReadyToBoot ();
  free (Dsdt);
  return 0;
}
