package org.openpks.api.web;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.certificate.CertificatesService;
import org.openpks.api.certificate.ClusterCertificate;
import org.openpks.api.cluster.ClusterService;
import org.openpks.api.cluster.RotationScope;
import org.openpks.osb.InstanceCertificates;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A cluster's certificates: an extension of ours, because the product had none in 1.7.
@RestController
class CertificateController {

    private final CertificatesService certificates;
    private final ClusterService clusters;
    private final InstantSource clock;

    CertificateController(CertificatesService certificates, ClusterService clusters, InstantSource clock) {
        this.certificates = certificates;
        this.clusters = clusters;
        this.clock = clock;
    }

    /// @param validUntil in milliseconds since 1970
    @JsonNaming(SnakeCaseStrategy.class)
    record CertificateView(String name, InstanceCertificates.Type type, long daysLeft, long validUntil) {
        static CertificateView of(ClusterCertificate certificate, Instant now) {
            return new CertificateView(
                    certificate.name(),
                    certificate.type(),
                    certificate.daysLeft(now),
                    certificate.validUntil().toEpochMilli());
        }
    }

    record RotateRequest(@Nullable String scope) {
        RotationScope wanted() {
            return switch (Fields.required("scope", scope)) {
                case "leaf" -> RotationScope.LEAF;
                case "all" -> RotationScope.ALL;
                default -> throw Fields.invalid("scope", "The field 'scope' must be leaf or all.");
            };
        }
    }

    /// @param days leaves out what lasts longer
    @Audited("certificates")
    @GetMapping("/v1/clusters/{name}/certificates")
    List<CertificateView> list(
            Caller caller, @PathVariable String name, @RequestParam(name = "days") Optional<String> days) {
        long limit = days.map(CertificateController::days).orElse(Long.MAX_VALUE);
        var now = clock.instant();
        return certificates.list(caller, name).stream()
                .filter(one -> one.daysLeft(now) <= limit)
                .map(one -> CertificateView.of(one, now))
                .toList();
    }

    private static long days(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw Fields.invalid("days", "The parameter 'days' must be a whole number from 0 on.");
        }
        return Long.parseLong(text);
    }

    @Audited("rotate-certificates")
    @PostMapping(path = "/v1/clusters/{name}/certificates/rotate", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    ClusterView rotate(Caller caller, @PathVariable String name, @RequestBody RotateRequest request) {
        // Whoever may not do it hears nothing of what is wrong with the body.
        var seen = clusters.managed(caller, name);
        clusters.rotate(caller, seen.name().value(), request.wanted());
        var cluster = clusters.show(caller, name);
        return ClusterView.of(cluster, clusters.upgradeOf(cluster));
    }
}
