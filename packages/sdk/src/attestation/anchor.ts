// Which certificate must a chain end in?
import { check } from './fail.js';

/**
 * Intel SGX Root CA, DER (base64), valid 2018-05-21 to 2049-12-31, SHA-256
 * 44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3.
 * From https://certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.cer
 */
const INTEL_ROOT =
  'MIICjzCCAjSgAwIBAgIUImUM1lqdNInzg7SVUr9QGzknBqwwCgYIKoZIzj0EAwIwaDEaMBgGA1UEAwwRSW50ZWwgU0dYIFJv' +
  'b3QgQ0ExGjAYBgNVBAoMEUludGVsIENvcnBvcmF0aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJ' +
  'BgNVBAYTAlVTMB4XDTE4MDUyMTEwNDUxMFoXDTQ5MTIzMTIzNTk1OVowaDEaMBgGA1UEAwwRSW50ZWwgU0dYIFJvb3QgQ0Ex' +
  'GjAYBgNVBAoMEUludGVsIENvcnBvcmF0aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJBgNVBAYT' +
  'AlVTMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC6nEwMDIYZOj/iPWsCzaEKi71OiOSLRFhWGjbnBVJfVnkY4u3IjkDYYL' +
  '0MxO4mqsyYjlBalTVYxFP2sJBK5zlKOBuzCBuDAfBgNVHSMEGDAWgBQiZQzWWp00ifODtJVSv1AbOScGrDBSBgNVHR8ESzBJ' +
  'MEegRaBDhkFodHRwczovL2NlcnRpZmljYXRlcy50cnVzdGVkc2VydmljZXMuaW50ZWwuY29tL0ludGVsU0dYUm9vdENBLmRl' +
  'cjAdBgNVHQ4EFgQUImUM1lqdNInzg7SVUr9QGzknBqwwDgYDVR0PAQH/BAQDAgEGMBIGA1UdEwEB/wQIMAYBAf8CAQEwCgYI' +
  'KoZIzj0EAwIDSQAwRgIhAOW/5QkR+S9CiSDcNoowLuPRLsWGf/Yi7GSX94BgwTwgAiEA4J0lrHoMs+Xo5o/sX6O9QWxHRAvZ' +
  'UGOdRQ7cvqRXaqI=';

/** An opaque permission to trust another root than Intel's. Only `simulatedAnchor` of `@cocoonkit/sdk/unsafe` makes one. */
export interface SimulatedAnchor {
  readonly kind: 'simulated';
}

// The only register of simulated roots: an object that was not put in here is not an anchor, whatever it looks like.
const simulatedRoots = new WeakMap<object, Uint8Array>();

/** Behind `simulatedAnchor`; not exported from the package's attestation entry. */
export function registerSimulatedRoot(rootDer: Uint8Array): SimulatedAnchor {
  const anchor: SimulatedAnchor = Object.freeze({ kind: 'simulated' });
  simulatedRoots.set(anchor, rootDer.slice());
  return anchor;
}

export interface TrustedRoot {
  readonly der: Uint8Array;
  readonly simulated: boolean;
}

/** The root to compare with. Absent means Intel's; anything but a registered anchor is refused. */
export function trustedRoot(anchor: SimulatedAnchor | undefined): TrustedRoot {
  if (anchor === undefined) {
    return {
      der: Uint8Array.from(atob(INTEL_ROOT), (character) => character.charCodeAt(0)),
      simulated: false,
    };
  }
  const der = typeof anchor === 'object' && anchor !== null ? simulatedRoots.get(anchor) : undefined;
  check(der !== undefined, 'UNTRUSTED_ROOT', 'the anchor was not made by simulatedAnchor()');
  return { der, simulated: true };
}
