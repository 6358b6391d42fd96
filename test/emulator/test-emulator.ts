import { type Emulator, type EmulatorOptions, startEmulator } from './core/emulator.ts';
import { testCertificatesDir } from './test-ca.ts';

/** An emulator on free ports, in a temporary folder, with a certificate that this test process already trusts. */
export function startTestEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator({ certificatesDir: testCertificatesDir, ...options });
}
