/**
 * The part of the guest's kernel module that gives it a window above 4 GiB, in C. QEMU can trap accesses for a device of this
 * process only below: so whoever maps an address of the window gets the address where the device is. What maps physical addresses
 * in Linux goes through the functions probed here: drivers, ACPICA and /dev/mem.
 */
export const WINDOW_SOURCE: string = String.raw`/* SPDX-License-Identifier: GPL-2.0 */
/* high=, low= and length=: whoever maps physical addresses from high on gets those from low on. */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <acpi/acpi_io.h>

#if defined(CONFIG_X86_64) && defined(CONFIG_KPROBES)
static unsigned long high;
static unsigned long low;
static unsigned long length;
static int is_mapped;
module_param(high, ulong, 0);
module_param(low, ulong, 0);
module_param(length, ulong, 0);
module_param(is_mapped, int, 0444);

static unsigned long mapped(unsigned long address)
{
	return address >= high && address - high < length ? address - high + low : address;
}

/* void __iomem *ioremap*(resource_size_t address, ...) */
static int before_ioremap(struct kprobe *probe, struct pt_regs *regs)
{
	regs->di = mapped(regs->di);
	return 0;
}

/* int remap_pfn_range(area, unsigned long to, unsigned long pfn, ...) */
static int before_remap(struct kprobe *probe, struct pt_regs *regs)
{
	regs->dx = mapped(regs->dx << PAGE_SHIFT) >> PAGE_SHIFT;
	return 0;
}

/* int mmap_mem(struct file *file, struct vm_area_struct *area), of /dev/mem, which checks the address first */
static int before_mmap(struct kprobe *probe, struct pt_regs *regs)
{
	struct vm_area_struct *area = (struct vm_area_struct *)regs->si;

	area->vm_pgoff = mapped(area->vm_pgoff << PAGE_SHIFT) >> PAGE_SHIFT;
	return 0;
}

static struct kprobe probes[] = {
	{ .symbol_name = "ioremap", .pre_handler = before_ioremap },
	{ .symbol_name = "ioremap_uc", .pre_handler = before_ioremap },
	{ .symbol_name = "ioremap_wc", .pre_handler = before_ioremap },
	{ .symbol_name = "ioremap_wt", .pre_handler = before_ioremap },
	{ .symbol_name = "ioremap_cache", .pre_handler = before_ioremap },
	{ .symbol_name = "ioremap_prot", .pre_handler = before_ioremap },
	{ .symbol_name = "remap_pfn_range", .pre_handler = before_remap },
	{ .symbol_name = "mmap_mem", .pre_handler = before_mmap },
};
static int probed;

/* What ACPI has mapped already, while the kernel booted. */
static void move_mappings(void)
{
	unsigned long offset;

	for (offset = 0; offset < length; offset += PAGE_SIZE) {
		void __iomem *at = acpi_os_get_iomem(high + offset, 4);
		unsigned int level;
		pte_t *entry;

		if (!at)
			continue;
		entry = lookup_address((unsigned long)at, &level);
		if (entry && level == PG_LEVEL_4K) {
			set_pte(entry, pfn_pte((low + offset) >> PAGE_SHIFT, pte_pgprot(*entry)));
			asm volatile("invlpg (%0)" : : "r"(at) : "memory");
		}
		acpi_os_unmap_iomem(at, 4);
	}
}

static void unmap_window(void)
{
	while (probed > 0)
		unregister_kprobe(&probes[--probed]);
}

static void map_window(void)
{
	if (!length)
		return;
	while (probed < ARRAY_SIZE(probes)) {
		int error = register_kprobe(&probes[probed]);
		
		if (error) {
			pr_err("vcfg_live: no probe at %s: %d\n", probes[probed].symbol_name, error);
			unmap_window();
			return;
		}
		probed++;
	}
	/* QEMU's processors have 40 bits of address; drivers may claim what they map beyond, too. */
	iomem_resource.end = max_t(resource_size_t, iomem_resource.end, high + length - 1);
	move_mappings();
	is_mapped = 1;
}
#else
static void map_window(void)
{
}

static void unmap_window(void)
{
}
#endif
`;
