# Stage 1: production packages only, from the lockfile.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

# Stage 2: Node runs the TypeScript sources as they are; only the model is made here, so that a first start finds it.
FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY intents ./intents
COPY content ./content
# Questions with their right answers: the console measures with them what a new set of examples would change.
COPY test/golden ./test/golden
# The page that goes into every evidence bundle.
COPY docs/evidence.md ./docs/evidence.md
RUN node src/make-ready.ts && mkdir /data && chown -R node:node /data node_modules/.cache
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Node is process 1 and handles SIGTERM itself: running work is finished before it ends.
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
