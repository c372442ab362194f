package org.openpks.broker.web;

import org.openpks.broker.catalog.Offer;
import org.openpks.broker.instance.Hashes;
import org.openpks.osb.OsbJson;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;

/// `GET /v2/catalog`, with an ETag so that platforms need not read it again.
@RestController
final class CatalogController {

    /// Platforms compare catalogs as texts: the same offer must be the same text in every process.
    private static final ObjectWriter WRITER =
            OsbJson.MAPPER.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final Offer offer;

    CatalogController(Offer offer) {
        this.offer = offer;
    }

    @GetMapping("/v2/catalog")
    ResponseEntity<String> catalog(WebRequest request) {
        var text = WRITER.writeValueAsString(offer.catalog());
        var etag = "\"" + Hashes.of(text) + "\"";
        if (request.checkNotModified(etag)) {
            return ResponseEntity.status(304).eTag(etag).build();
        }
        return ResponseEntity.ok()
                .eTag(etag)
                .contentType(MediaType.APPLICATION_JSON)
                .body(text);
    }
}
