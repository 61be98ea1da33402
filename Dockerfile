# syntax=docker/dockerfile:1
# Strowger in a container, for amd64 and arm64:
#
#   docker build -t strowger .
#   docker run --init --network host -v strowger:/var/lib/strowger strowger
#
# Without --network host: -p 5060:5060/udp -p 5060:5060 -p 16384-16583:16384-16583/udp, and `advertise` in the configuration.
# Script hosts get network namespaces of their own where the runtime lets them: --security-opt seccomp=unconfined, or a
# profile with unshare; without, they have no sockets all the same.

# What the page of the console is built with is not needed to serve it.
FROM node:24.21.0-bookworm-slim AS console
WORKDIR /opt/strowger
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
# The editor knows the types of what scripts import.
COPY sdk/ sdk/
COPY runtime/console/ runtime/console/
RUN npm run console

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /opt/strowger
COPY package.json package-lock.json ./
# The runtime that the packages bring is the one of this image.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY runtime/ runtime/
COPY --from=console /opt/strowger/runtime/console/dist/ runtime/console/dist/
COPY sdk/ sdk/
COPY scripts/ scripts/
COPY LICENSE README.md ./

FROM node:24.21.0-bookworm-slim
RUN groupadd --system --gid 10060 strowger \
 && useradd --system --uid 10060 --gid strowger --home-dir /var/lib/strowger --shell /usr/sbin/nologin strowger \
 && install -d -o strowger -g strowger -m 0700 /var/lib/strowger \
 && ln -s /opt/strowger/runtime/cli/strowger.cjs /usr/local/bin/strowger
COPY --from=build /opt/strowger /opt/strowger
COPY runtime/packaging/container.yaml /etc/strowger/strowger.yaml
USER strowger
WORKDIR /etc/strowger
VOLUME /var/lib/strowger
EXPOSE 5060/udp 5060/tcp 8080/tcp 16384-16583/udp
STOPSIGNAL SIGTERM
# Whether it lives; whether it takes calls is /readyz, which says no while it is drained.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "/opt/strowger/runtime/main.ts", "--config", "/etc/strowger/strowger.yaml"]
