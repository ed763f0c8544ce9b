import { spawnSync } from "node:child_process"
import { CommandError } from "../command-error.ts"
import { installWithApt } from "./apt.ts"

/** A Python that can run the Django project. */
export interface Django {
  readonly python: string
  /** "Django 3.2.25, Channels 4.0.0" */
  readonly versions: string
}

const debianPackages = [
  "python3-django-channels",
  "python3-channels-redis",
  "daphne",
]

export const djangoRemedy =
  "Django, Channels, channels_redis and Daphne are needed to run the Django\n" +
  "project beside this chat:\n" +
  `  Debian, Ubuntu: sudo apt-get install ${debianPackages.join(" ")}\n` +
  '  anywhere, in a venv: pip install "channels[daphne]" channels_redis\n' +
  "  and set DJANGO_PYTHON to the Python of that venv"

const script = `
import channels, channels_redis.core, daphne, django
print(f"Django {django.__version__}, Channels {channels.__version__}", end="")`

const candidates = ["/usr/bin/python3", "python3", "python"]

/** @returns the first Python that has all of it: `DJANGO_PYTHON`, and nothing
 * else if that is set; else Debian's own; else the one on the PATH */
export function findDjango(): Django | undefined {
  const asked = process.env.DJANGO_PYTHON
  for (const python of asked ? [asked] : candidates) {
    const { status, stdout } = spawnSync(python, ["-c", script], {
      encoding: "utf8",
    })
    if (status === 0) return { python, versions: stdout }
  }
  return undefined
}

/** @throws CommandError that says what to install */
export function requireDjango(): Django {
  const django = findDjango()
  if (!django) throw new CommandError(djangoRemedy)
  return django
}

/** Makes it ready for the checks. With `CI` set it is installed if possible, and
 * needed; elsewhere it is optional.
 * @throws CommandError that says what to install */
export function prepareDjango(): void {
  if (findDjango()) return
  if (!process.env.CI) {
    console.log(
      "Not checked here: whether a Django server can share a room and a login." +
        `\n${djangoRemedy}`,
    )
    return
  }
  if (!process.env.DJANGO_PYTHON) installWithApt(...debianPackages)
  requireDjango()
}
