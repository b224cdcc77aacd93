# The gateway as an image: one static program, no shell, no root.
#   docker build -t palisade .
#   docker run --read-only -v ./palisade.yaml:/etc/palisade/palisade.yaml:ro -v palisade:/var/lib/palisade -p 8443:8443 palisade
# Build with images by digest of your own registry: --build-arg GO=…@sha256:…
# What "palisade version" says: --build-arg VERSION=…
ARG GO=golang:1.26
FROM ${GO} AS build
ARG VERSION
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X palisade/cli.stamped=${VERSION}" -o /out/palisade ./cmd/palisade \
 && mkdir -p /out/root/var/lib/palisade /out/root/etc/palisade /out/root/etc/ssl/certs /out/root/tmp \
 && cp /etc/ssl/certs/ca-certificates.crt /out/root/etc/ssl/certs/ \
 && mv /out/palisade /out/root/palisade \
 && chmod 1777 /out/root/tmp \
 && chown -R 65532:65532 /out/root/var/lib/palisade

FROM scratch
COPY --from=build /out/root /
USER 65532:65532
VOLUME /var/lib/palisade
EXPOSE 8443
ENTRYPOINT ["/palisade"]
CMD ["serve", "-f", "/etc/palisade/palisade.yaml", "--log-format", "json"]
