// A proxy in front of one server's cluster port, which the server advertises as its own: so every route to it can be cut or
// parted from outside, as a network does it. Who dials is read from the CONNECT that a route begins with.
import net from 'node:net'

export class LinkProxy {
  #target
  #server
  /** { dialler: server id, inner, outer } of each open connection. */
  #links = new Set()
  /** Ids of dialling servers whose bytes do not pass now, in either direction. */
  #parted = new Set()

  constructor(target_port) {
    this.#target = target_port
    this.#server = net.createServer((outer) => this.#accept(outer))
  }

  listen(port) {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
  }

  close() {
    this.#server.close()
    for (const link of this.#links) this.#destroy(link)
  }

  /** Ends the connections that the server with that id dialled. Returns how many. */
  cut(dialler) {
    const links = [...this.#links].filter((link) => link.dialler === dialler)
    for (const link of links) this.#destroy(link)
    return links.length
  }

  /** From now on nothing passes between that server and ours, over connections that it dialled. */
  part(dialler) {
    this.#parted.add(dialler)
    for (const link of this.#links) if (link.dialler === dialler) this.#flow(link)
  }

  heal(dialler) {
    this.#parted.delete(dialler)
    for (const link of this.#links) if (link.dialler === dialler) this.#flow(link)
  }

  #accept(outer) {
    const link = { dialler: '', inner: null, outer }
    this.#links.add(link)
    let first = ''
    const read = (data) => {
      first += data.toString('latin1')
      const name = /^CONNECT .*?"name":"([^"]+)"/.exec(first)
      if (name === null) return
      outer.off('data', read)
      outer.pause()
      link.dialler = name[1]
      link.first = Buffer.from(first, 'latin1')
      this.#flow(link)
    }
    outer.on('data', read)
    this.#end_together(link, outer)
  }

  /** Lets bytes pass, or stops them. */
  #flow(link) {
    if (this.#parted.has(link.dialler)) {
      link.inner?.unpipe(link.outer)
      link.outer.unpipe(link.inner ?? undefined)
      link.inner?.pause()
      link.outer.pause()
      return
    }
    if (link.inner === null) {
      link.inner = net.connect(this.#target, '127.0.0.1')
      link.inner.write(link.first)
      this.#end_together(link, link.inner)
    }
    link.inner.pipe(link.outer, { end: false })
    link.outer.pipe(link.inner, { end: false })
  }

  /** An end on one side is told to the other, unless the two are parted: then it is told when they no longer are. */
  #end_together(link, socket) {
    socket.on('error', () => {})
    socket.on('close', () => {
      if (!this.#parted.has(link.dialler)) this.#destroy(link)
    })
    socket.on('end', () => {
      if (!this.#parted.has(link.dialler)) this.#destroy(link)
    })
  }

  #destroy(link) {
    this.#links.delete(link)
    link.inner?.destroy()
    link.outer.destroy()
  }
}
