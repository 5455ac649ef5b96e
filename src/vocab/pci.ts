/** A PCI function's place. Bus 0..255, device 0..31, function 0..7. PCI 3.0 §3.2.2.3.2 */
export interface PciAddress {
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/**
 * One half of a function's virtual configuration registers: each access to `trapped` exits to the host; `shared` is
 * plain memory.
 */
export type Page = 'trapped' | 'shared';

/** One virtual configuration register of one function. */
export interface RegisterLocation {
  readonly address: PciAddress;
  readonly page: Page;
  /** Index of the dword in its page. */
  readonly register: number;
}
