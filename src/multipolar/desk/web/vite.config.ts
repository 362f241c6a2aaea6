import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const target = 'http://127.0.0.1:8765'
// The desk answers its own page only; while developing, this server speaks for it.
const server = { target, changeOrigin: true, headers: { origin: target } }

export default defineConfig({
  base: './',
  plugins: [svelte({ compilerOptions: { cssHash: ({ hash, css }) => `s-${hash(css)}` } })],
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy allows files of its own origin only: nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': server, '/r': server } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
