import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { Platform } from '../../vocab/index.js';
import { generateCHeader } from '../c/header.js';
import { upperName } from '../driver-names.js';
import type { TextFile } from '../driver-text.js';
import { hasOwnDriver, isShown, type RowStyle, sampleRowLines } from '../sample-rows.js';
import { linuxBody, linuxHead } from './module-source.js';
import { LINUX_VECTOR_TYPE, LINUX_VECTORS } from './vectors-source.js';

/** Builds the module, whether make is called by hand or by the kernel's own build. */
const MAKEFILE = `# SPDX-License-Identifier: GPL-2.0 OR MIT
# make                for the running kernel
# make KDIR=<tree>    for the kernel whose configured tree or headers are in <tree>
ifneq ($(KERNELRELEASE),)
obj-m := vcfg-sample.o
else
KDIR ?= /lib/modules/$(shell uname -r)/build

modules clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

.PHONY: modules clean
endif
`;

const STYLE: RowStyle = {
  indent: '\t',
  beforeArguments: '',
  declare: {
    fields: 'static const struct vcfg_field ',
    registers: 'static const struct vcfg_register ',
    runs: 'static const struct vcfg_run ',
    functions: 'static const struct vcfg_function ',
  },
  nameArray: (kind, owner) => (owner === '' ? `vcfg_${kind}` : `vcfg_${kind}_of_${owner}`),
};

const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, '0')}`;

/** The functions that the module binds to, each kind once. Rows have the class too, since default IDs are QEMU's. */
function idLines({ functions }: Platform): string[] {
  const rows = functions
    .filter((description) => isShown(description) && !hasOwnDriver(description))
    .map(({ ids }) => {
      const device = `PCI_DEVICE(${hex(ids.vendor, 4)}, ${hex(ids.device, 4)})`;
      return `\t{ ${device}, .class = ${hex(ids.classCode, 6)}, .class_mask = 0xffffff },`;
    });
  return [
    'static const struct pci_device_id vcfg_ids[] = {',
    ...new Set(rows),
    '\t{ }',
    '};',
    'MODULE_DEVICE_TABLE(pci, vcfg_ids);',
  ];
}

/** The functions with MSI-X, by address, and how many vectors each has. */
function vectorLines({ functions }: Platform): string[] {
  const rows = functions
    .filter((description) => isShown(description) && description.msix !== undefined)
    .map((description) => {
      const name = `VCFG_${upperName(description)}`;
      return `\t{ ${name}_BUS, PCI_DEVFN(${name}_DEVICE, ${name}_FUNCTION), ${name}_MSIX_VECTORS },`;
    });
  if (rows.length === 0) return [];
  return [LINUX_VECTOR_TYPE, 'static const struct vcfg_vectors vcfg_vectors[] = {', ...rows, '};', '', LINUX_VECTORS];
}

/**
 * A kernel module for Linux 6.1 and later that shows every register and every shared run of the platform in debugfs.
 * Its files, in the folder `linux`, are source, header and Makefile. Depends on the platform alone.
 * @throws what {@link generateCHeader} throws.
 */
export function generateLinuxModule(platform: Platform): TextFile[] {
  checkPlatformShape(platform);
  const vectors = vectorLines(platform);
  const hasVectors = vectors.length > 0;
  const source = [
    linuxHead(hasVectors),
    ...sampleRowLines(platform, STYLE),
    ...idLines(platform),
    '',
    ...vectors,
    linuxBody(hasVectors),
  ];
  return [
    { name: 'linux/vcfg-sample.c', contents: source.join('\n'), what: 'a Linux module that shows the registers' },
    { name: 'linux/vcfg.h', contents: generateCHeader(platform), what: 'the registers, for the module' },
    { name: 'linux/Makefile', contents: MAKEFILE, what: 'builds the module' },
  ];
}
