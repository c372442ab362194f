package org.openpks.api.web;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The API's description of itself, OpenAPI 3.1, as it is checked in. Needs no token.
@RestController
class OpenApiController {

    private static final Resource DOCUMENT = new ClassPathResource("openapi.json");

    @GetMapping("/v1/openapi.json")
    ResponseEntity<Resource> document() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(DOCUMENT);
    }
}
