// npm run build: installs if needed, then builds all packages.
import { build } from './prepare.mjs';

await build();
process.stderr.write('Packages are built: packages/*/dist\n');
