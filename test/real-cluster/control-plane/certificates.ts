import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate and its key, as paths of PEM files. */
export type KeyPair = { readonly certificate: string; readonly key: string };

/** Everything that the parts of a control plane prove themselves with, valid for two days. */
export type Certificates = {
  readonly authority: KeyPair;
  /** Signs the certificate with which kube-apiserver speaks to aggregated APIs. */
  readonly frontProxyAuthority: KeyPair;
  readonly frontProxy: KeyPair;
  readonly server: KeyPair;
  /** What KWOK's kubelet shows. */
  readonly kubelet: KeyPair;
  /** What kube-apiserver shows to the kubelet. */
  readonly kubeletClient: KeyPair;
  /** A member of system:masters. */
  readonly admin: KeyPair;
  readonly serviceAccounts: string;
};

/** Makes two authorities and their certificates with openssl in a folder. */
export async function createCertificates(folder: string): Promise<Certificates> {
  const [authority, frontProxyAuthority, serviceAccounts] = await Promise.all([
    createAuthority(folder, 'authority'),
    createAuthority(folder, 'front-proxy-authority'),
    createKey(folder, 'service-accounts'),
  ]);
  const addresses = 'DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1';
  const [frontProxy, server, kubelet, kubeletClient, admin] = await Promise.all([
    sign(folder, frontProxyAuthority, { name: 'front-proxy', subject: '/CN=front-proxy-client', usage: 'clientAuth' }),
    sign(folder, authority, { name: 'server', subject: '/CN=kube-apiserver', usage: 'serverAuth', addresses }),
    sign(folder, authority, { name: 'kubelet', subject: '/CN=kwok', usage: 'serverAuth', addresses }),
    sign(folder, authority, {
      name: 'kubelet-client',
      subject: '/O=system:masters/CN=kube-apiserver',
      usage: 'clientAuth',
    }),
    sign(folder, authority, { name: 'admin', subject: '/O=system:masters/CN=admin', usage: 'clientAuth' }),
  ]);
  return { authority, frontProxyAuthority, frontProxy, server, kubelet, kubeletClient, admin, serviceAccounts };
}

async function createKey(folder: string, name: string): Promise<string> {
  const key = join(folder, `${name}.key`);
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key]);
  return key;
}

async function createAuthority(folder: string, name: string): Promise<KeyPair> {
  const key = await createKey(folder, name);
  const certificate = join(folder, `${name}.crt`);
  const subject = `/CN=cluster-triage test ${name}`;
  await run('openssl', [
    'req',
    '-x509',
    '-new',
    '-sha256',
    '-days',
    '2',
    '-key',
    key,
    '-subj',
    subject,
    '-out',
    certificate,
  ]);
  return { certificate, key };
}

type Wanted = {
  readonly name: string;
  readonly subject: string;
  readonly usage: 'clientAuth' | 'serverAuth';
  readonly addresses?: string;
};

async function sign(folder: string, authority: KeyPair, { name, subject, usage, addresses }: Wanted): Promise<KeyPair> {
  const key = await createKey(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.extensions`);
  const certificate = join(folder, `${name}.crt`);
  const lines = ['basicConstraints=CA:FALSE', `extendedKeyUsage=${usage}`];
  if (addresses !== undefined) lines.push(`subjectAltName=${addresses}`);
  await writeFile(extensions, `${lines.join('\n')}\n`);
  await run('openssl', ['req', '-new', '-sha256', '-key', key, '-subj', subject, '-out', request]);
  // A random serial instead of a counter in a file, because several are signed at the same time.
  const serial = `0x${crypto.randomUUID().replaceAll('-', '').slice(0, 15)}`;
  const issuer = ['-CA', authority.certificate, '-CAkey', authority.key, '-set_serial', serial];
  const files = ['-in', request, '-extfile', extensions, '-out', certificate];
  await run('openssl', ['x509', '-req', '-sha256', '-days', '2', ...issuer, ...files]);
  return { certificate, key };
}
