package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.variable.Certificates;
import org.openpks.director.variable.Certificates.Certificate;
import org.openpks.director.variable.Certificates.Version;
import org.openpks.director.variable.Variables;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// CredHub's certificates with their versions, by which authorities are rotated. Values of a certificate's parts are
/// under `/api/v1/data`.
@RestController
@RequestMapping(FrontFilter.CREDHUB + "/api/v1/certificates")
class CertificatesController {

    private final Certificates certificates;
    private final Variables variables;

    CertificatesController(Certificates certificates, Variables variables) {
        this.certificates = certificates;
        this.variables = variables;
    }

    @GetMapping
    Map<String, Object> list(@RequestParam Optional<String> name) {
        var found = name.isPresent()
                ? List.of(certificates.named(name.get()).orElseThrow(CredHubController::absent))
                : certificates.list();
        return Map.of(
                "certificates", found.stream().map(CertificatesController::view).toList());
    }

    /// With `current=true` the current version and the transitional one.
    @GetMapping("/{id}/versions")
    List<Map<String, Object>> versions(@PathVariable String id, @RequestParam(defaultValue = "false") boolean current) {
        var name = require(id).name();
        return (current ? certificates.active(name) : variables.versions(name))
                .stream().map(CredHubController::view).toList();
    }

    @PostMapping("/{id}/regenerate")
    Map<String, Object> regenerate(@PathVariable String id, HttpServletRequest request) throws IOException {
        boolean transitional = request.getContentLengthLong() != 0
                && Bodies.json(request).path("set_as_transitional").asBoolean(false);
        return CredHubController.view(certificates.regenerate(require(id).name(), transitional));
    }

    /// `version` is an id, `latest`, or null for none.
    @PutMapping(path = "/{id}/update_transitional_version", consumes = MediaType.APPLICATION_JSON_VALUE)
    List<Map<String, Object>> setTransitional(@PathVariable String id, HttpServletRequest request) throws IOException {
        var version = Bodies.string(Bodies.json(request), "version");
        return certificates
                .setTransitional(require(id).name(), Optional.of(version).filter(text -> !text.isEmpty()))
                .stream()
                .map(CredHubController::view)
                .toList();
    }

    private Certificate require(String id) {
        return certificates.find(id).orElseThrow(CredHubController::absent);
    }

    private static Map<String, Object> view(Certificate certificate) {
        var view = new LinkedHashMap<String, Object>();
        view.put("id", certificate.id());
        view.put("name", certificate.name());
        view.put("signed_by", certificate.signedBy());
        view.put("signs", certificate.signs());
        view.put(
                "versions",
                certificate.versions().stream()
                        .map(CertificatesController::view)
                        .toList());
        return view;
    }

    private static Map<String, Object> view(Version version) {
        var view = new LinkedHashMap<String, Object>();
        view.put("id", version.id());
        view.put(
                "expiry_date",
                version.expiresAt()
                        .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(null));
        view.put("transitional", version.transitional());
        view.put("certificate_authority", version.authority());
        view.put("self_signed", version.selfSigned());
        view.put("generated", version.generated());
        return view;
    }
}
