#ifndef STAND_IN_DXE_SERVICES_TABLE_LIB_H_
#define STAND_IN_DXE_SERVICES_TABLE_LIB_H_

#include <PiDxe.h>

extern EFI_DXE_SERVICES  *gDS;

#endif
