/* Reads paths of tables, one a line, from standard input; for each, what the driver's search says of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "VcfgFind.h"
#include "services.h"

int main (void)
{
  char Path[4096];

  while (fgets (Path, sizeof (Path), stdin) != NULL) {
    UINT64 Base = 0x5A5A5A5A;
    EFI_STATUS Status;
    size_t Size;
    UINT8 *Table;

    Path[strcspn (Path, "\n")] = 0;
    Table = ReadFile (Path, &Size);
    Status = VcfgFindInDsdt (Table, Size, &Base);
    printf ("%s %llx\n", StatusName (Status), (unsigned long long)Base);
    free (Table);
  }
  return 0;
}
