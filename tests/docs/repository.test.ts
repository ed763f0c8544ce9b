import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  cloneLines,
  editPattern,
  readRepository,
  repositoryOf,
} from "../../workbook/site/repository.ts"
import { ownFolder } from "../support/own-folder.ts"

const known = "https://github.com/ann/workbook"

describe("a repository is found in", () => {
  test.each([
    "https://github.com/ann/workbook",
    "https://github.com/ann/workbook.git",
    "https://github.com/ann/workbook/",
    "git+https://github.com/ann/workbook.git",
    "git://github.com/ann/workbook.git",
    "git@github.com:ann/workbook.git",
    "github.com:ann/workbook.git",
    "ssh://git@github.com/ann/workbook.git",
    "ssh://git@github.com:22/ann/workbook",
    "ann/workbook",
    "github:ann/workbook",
  ])("%s", (text) => {
    expect(repositoryOf(text)?.url).toBe(known)
  })

  test("an object with a URL, as npm writes it", () => {
    const value = { type: "git", url: `git+${known}.git` }
    expect(repositoryOf(value)?.url).toBe(known)
  })

  test("another host, with its port and its groups", () => {
    expect(repositoryOf("https://git.example.org:8443/a/b/c.git")).toEqual({
      url: "https://git.example.org:8443/a/b/c",
      host: "git.example.org",
      folder: "c",
    })
  })
})

test("a password or token in the remote is never shown", () => {
  const found = repositoryOf("https://ann:secret@github.com/ann/workbook.git")
  expect(found?.url).toBe(known)
})

describe("a repository is not found in", () => {
  test.each([
    "/home/ann/workbook",
    "../workbook",
    "./workbook.git",
    "file:///home/ann/workbook",
    "C:\\Users\\ann\\workbook",
    "http://localhost:3000/ann/workbook",
    "git@server:ann/workbook.git",
    "http://127.0.0.1:8080/git/ann/workbook",
    "https://[::1]/ann/workbook",
    "https://nas.local/ann/workbook",
    "https://github.com/",
    "",
    undefined,
    null,
    7,
    {},
  ])("%j", (value) => {
    expect(repositoryOf(value)).toBeUndefined()
  })
})

describe("readRepository", () => {
  test("prefers what package.json names", () => {
    const folder = checkout({ repository: "github:ann/workbook" })
    remote(folder, "https://gitlab.com/bob/fork.git")
    expect(readRepository(folder)?.url).toBe(known)
  })

  test("takes the checkout's remote otherwise", () => {
    const folder = checkout({})
    remote(folder, "git@gitlab.com:bob/fork.git")
    expect(readRepository(folder)?.url).toBe("https://gitlab.com/bob/fork")
  })

  test("finds no repository if there is no remote", () => {
    expect(readRepository(checkout({}))).toBeUndefined()
  })

  test("never takes the remote of a repository around the workbook", () => {
    const outer = checkout({})
    remote(outer, "https://github.com/bob/notes.git")
    const inner = join(outer, "workbook")
    mkdirSync(inner)
    writeFileSync(join(inner, "package.json"), "{}")
    expect(readRepository(inner)).toBeUndefined()
  })
})

test("a page is edited where its host does that", () => {
  const pattern = (text: string) => {
    const repository = repositoryOf(text)
    return repository && editPattern(repository)
  }
  expect(pattern("ann/workbook")).toBe(`${known}/edit/main/docs/:path`)
  expect(pattern("https://gitlab.com/ann/workbook")).toBe(
    "https://gitlab.com/ann/workbook/-/edit/main/docs/:path",
  )
  expect(pattern("https://git.example.org/ann/workbook")).toBeUndefined()
})

test("two commands fetch the workbook", () => {
  const repository = repositoryOf("git@github.com:ann/workbook.git")
  expect(repository && cloneLines(repository)).toEqual([
    "git clone https://github.com/ann/workbook.git",
    "cd workbook",
  ])
})

/** A new git repository with a package.json. */
function checkout(content: object): string {
  const folder = ownFolder("repository")
  writeFileSync(join(folder, "package.json"), JSON.stringify(content))
  git(folder, "init", "--quiet")
  return folder
}

function remote(folder: string, url: string): void {
  git(folder, "remote", "add", "origin", url)
}

function git(folder: string, ...words: string[]): void {
  const { status, stderr } = spawnSync("git", ["-C", folder, ...words])
  expect(status, String(stderr)).toBe(0)
}
