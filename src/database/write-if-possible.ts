import { isStorageFault } from './storage-fault.ts';

/**
 * Writes what a reader can do without, such as when something was last used: a storage that cannot be
 * written to must not keep anybody from reading.
 *
 * @param onFault is told of the fault of the storage
 * @returns whether it was written
 */
export async function writeIfPossible(
  write: () => Promise<unknown>,
  onFault: (fault: Error) => Promise<void> | void,
): Promise<boolean> {
  try {
    await write();

    return true;
  } catch (error) {
    if (!isStorageFault(error)) {
      throw error;
    }
    await onFault(error);

    return false;
  }
}
