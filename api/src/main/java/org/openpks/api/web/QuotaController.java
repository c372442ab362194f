package org.openpks.api.web;

import java.util.List;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.cluster.UsageService;
import org.openpks.api.quota.QuotaService;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The routes about what owners may have and what they have.
@RestController
class QuotaController {

    private final QuotaService quotas;
    private final UsageService usages;

    QuotaController(QuotaService quotas, UsageService usages) {
        this.quotas = quotas;
        this.usages = usages;
    }

    @Audited("quotas")
    @GetMapping("/v1/quotas")
    List<QuotaBody> list(Caller caller) {
        return quotas.list(caller).stream().map(QuotaBody::of).toList();
    }

    @Audited("create-quota")
    @PostMapping(path = "/v1/quotas", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    QuotaBody create(Caller caller, @RequestBody QuotaBody request) {
        return QuotaBody.of(quotas.create(caller, request.quota()));
    }

    @Audited("quota")
    @GetMapping("/v1/quotas/{owner}")
    QuotaBody show(Caller caller, @PathVariable String owner) {
        return QuotaBody.of(quotas.show(caller, owner));
    }

    @Audited("update-quota")
    @PatchMapping(path = "/v1/quotas/{owner}", consumes = MediaType.APPLICATION_JSON_VALUE)
    QuotaBody update(Caller caller, @PathVariable String owner, @RequestBody QuotaBody request) {
        return QuotaBody.of(quotas.update(caller, owner, request.changeOf(owner)));
    }

    @Audited("delete-quota")
    @DeleteMapping("/v1/quotas/{owner}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable String owner) {
        quotas.delete(caller, owner);
    }

    @Audited("usages")
    @GetMapping("/v1/usages")
    List<UsageView> usages(Caller caller) {
        return usages.list(caller).stream().map(UsageView::of).toList();
    }

    @Audited("usage")
    @GetMapping("/v1/usages/{owner}")
    UsageView usage(Caller caller, @PathVariable String owner) {
        return UsageView.of(usages.show(caller, owner));
    }
}
