#!/usr/bin/env node
// The command; a file of its own so that installing links it before anything is built.
import '../dist/cli/main.js';
