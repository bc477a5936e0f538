// The files of the page of the mesh, as build.mjs has made them, compressed: read once, when somebody wants to see the page.
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { system_error_code } from '../base/system_error.ts'
import { EncodedBody } from './encoded_body.ts'

const NAMES = Object.freeze({
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
})

export type PageFileName = keyof typeof NAMES

export interface PageFile {
  type: string
  body: EncodedBody
}

export type PageFiles = Readonly<Record<PageFileName, PageFile>>

/** The reader of a folder. It gives null as long as the page is not there, and looks again the next time. */
export function make_page_files(folder: URL): () => Promise<PageFiles | null> {
  let files: Promise<PageFiles | null> | null = null
  return () => {
    files ??= read_all(folder).then((found) => {
      if (found === null) files = null
      return found
    }, (error) => {
      files = null
      throw error
    })
    return files
  }
}

async function read_all(folder: URL): Promise<PageFiles | null> {
  try {
    const files = await Promise.all(
      Object.entries(NAMES).map(async ([name, type]) => {
        // A browser that reads brotli says so over TLS only, so what leaves is gzip or plain.
        const plain = await promisify(brotliDecompress)(await readFile(new URL(`${name}.br`, folder)))
        const body = new EncodedBody(plain, 'best')
        return [name, { type, body }] as const
      }),
    )
    return Object.fromEntries(files) as unknown as PageFiles
  } catch (error) {
    if (system_error_code(error) === 'ENOENT') return null
    throw error
  }
}
