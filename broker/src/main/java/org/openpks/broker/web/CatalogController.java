package org.openpks.broker.web;

import org.openpks.broker.catalog.Offer;
import org.openpks.broker.instance.Hashes;
import org.openpks.osb.OsbJson;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/// `GET /v2/catalog`, with an ETag so that platforms need not read it again.
@RestController
final class CatalogController {

    private final String text;
    private final String etag;

    CatalogController(Offer offer) {
        this.text = OsbJson.MAPPER.writeValueAsString(offer.catalog());
        this.etag = "\"" + Hashes.of(text) + "\"";
    }

    @GetMapping("/v2/catalog")
    ResponseEntity<String> catalog(WebRequest request) {
        if (request.checkNotModified(etag)) {
            return ResponseEntity.status(304).eTag(etag).build();
        }
        return ResponseEntity.ok()
                .eTag(etag)
                .contentType(MediaType.APPLICATION_JSON)
                .body(text);
    }
}
