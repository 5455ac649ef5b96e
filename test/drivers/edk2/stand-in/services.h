#ifndef STAND_IN_SERVICES_H_
#define STAND_IN_SERVICES_H_

#include <Uefi.h>

/* The whole of a file, to be freed, and its size. Ends the program if there is none. */
UINT8 *ReadFile (const char *Path, size_t *Size);

/* The name of a status, as %r prints it. */
const char *StatusName (EFI_STATUS Status);

/* From now on the configuration table has this DSDT. */
VOID InstallDsdt (UINT8 *Dsdt);

/* From now on the configuration table has this SSDT too, after the others. */
VOID InstallSsdt (UINT8 *Ssdt);

/* Calls who waits for the platform to be ready to boot. */
VOID SignalReadyToBoot (VOID);

#endif
