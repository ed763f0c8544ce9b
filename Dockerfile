# The full image has the compiler that sqlite3 needs, the slim one runs.
FROM node:22-bookworm AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY steps steps
RUN mkdir /data && chown node /data
USER node
ENV STEP=11-django
CMD ["sh", "-c", "exec node --import tsx steps/$STEP/main.ts"]
