import { patienceMs } from "../../workbook/patience.ts"

/** For `vi.waitFor` and `vi.waitUntil`: they give up after one second, and no
 * setting of Vitest changes that. */
export const patient = { timeout: patienceMs }
