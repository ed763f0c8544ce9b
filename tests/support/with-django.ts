import { describe } from "vitest"
import { djangoRemedy, findDjango } from "../../workbook/machine/django.ts"

/** A Python with Django, Channels and its layers; undefined if there is none. */
export const django = findDjango()
if (!django && process.env.CI) throw new Error(djangoRemedy)

/** Checks that need it. Without `CI`, they are left out where there is none:
 * `npm test` prints what to install. */
export const withDjango = describe.skipIf(!django)
