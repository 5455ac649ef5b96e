/** The parts of the kernel module for functions with MSI-X; a platform without any has none of them. */

export const LINUX_VECTOR_TYPE = `struct vcfg_vectors {
	u8 bus;
	u8 devfn;
	unsigned int count;
};
`;

/** What takes the vectors. It follows the rows of `vcfg_vectors`. */
export const LINUX_VECTORS = String.raw`/* A driver does its work here; vector is the one that was signalled. */
static irqreturn_t vcfg_signalled(int irq, void *pdev)
{
	pci_dbg((struct pci_dev *)pdev, "interrupt %d\n", irq);
	return IRQ_HANDLED;
}

/*
 * Requests all vectors, and accepts fewer; a machine without an MSI controller
 * has none. Their table is in a BAR, so the function must be enabled. Unbinding
 * releases what pcim_ and devm_ calls allocate, in reverse order: the handlers
 * first.
 */
static int vcfg_request_vectors(struct pci_dev *pdev)
{
	unsigned int i;
	int count, vector, err;

	for (i = 0; i < ARRAY_SIZE(vcfg_vectors); i++)
		if (vcfg_vectors[i].bus == pdev->bus->number && vcfg_vectors[i].devfn == pdev->devfn)
			break;
	if (i == ARRAY_SIZE(vcfg_vectors))
		return 0;
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	pci_set_master(pdev);
	count = pci_alloc_irq_vectors(pdev, 1, vcfg_vectors[i].count, PCI_IRQ_MSIX);
	if (count < 0) {
		pci_warn(pdev, "no MSI-X vectors: error %d; registers work without\n", count);
		return 0;
	}
	for (vector = 0; vector < count; vector++) {
		err = devm_request_irq(&pdev->dev, pci_irq_vector(pdev, vector), vcfg_signalled, 0,
				       KBUILD_MODNAME, pdev);
		if (err)
			return err;
	}
	pci_info(pdev, "%d of %u MSI-X vectors\n", count, vcfg_vectors[i].count);
	return 0;
}
`;
