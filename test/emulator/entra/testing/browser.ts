/** What a person does on the pages of Entra, without a browser: follows, picks, accepts. Shared by the tests of several folders. */
export class SignInBrowser {
  readonly #cookies = new Map<string, string>();

  /** Opens an authorize address and goes on until Entra leads back to the application. Returns that address. */
  async signIn(address: string, upn: string, decision: 'accept' | 'cancel' = 'accept'): Promise<URL> {
    let response = await this.open(address);
    for (let steps = 0; steps < 5; steps++) {
      const location = response.headers.get('location');
      if (location) return new URL(location);
      const page = await response.text();
      const form = readForm(page, response.url);
      if (!form)
        throw new Error(`no form on the page: ${/role="alert">([^<]*)/.exec(page)?.[1] ?? page.slice(0, 300)}`);
      const picked = form.people.get(upn);
      const fields: Record<string, string> = picked
        ? { ctx: form.context, oid: picked }
        : { ctx: form.context, decision };
      response = await this.open(form.action, new URLSearchParams(fields));
    }
    throw new Error('Entra asked more than five times');
  }

  async open(address: string, form?: URLSearchParams): Promise<Response> {
    const response = await fetch(address, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: form,
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

function readForm(page: string, base: string) {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  const context = /name="ctx" value="([^"]+)"/.exec(page)?.[1];
  if (!action || !context) return undefined;
  const people = new Map(
    [...page.matchAll(/name="oid" value="([^"]+)".*?class="upn">([^<]+)</gs)].map(([, oid = '', upn = '']) => [
      upn,
      oid,
    ]),
  );
  return { action: new URL(action, base).href, context, people };
}
