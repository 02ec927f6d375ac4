import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";

export default defineConfig({
  site: "http://mali.example/",
  integrations: [starlight({ title: "Mali explained" })],
});
