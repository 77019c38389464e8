package org.palimpsest.schedulers;

import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;

/**
 * Remembers objects, and creates what a client applies on the server's side, as Spark does with the
 * driver's service and settings.
 */
final class ApplyingDispatcher extends KubernetesCrudDispatcher {
  private static final int NOT_FOUND = 404;

  @Override
  public MockResponse handlePatch(RecordedRequest request) {
    String body = request.getUtf8Body();
    MockResponse response = super.handlePatch(request);
    if (response.code() != NOT_FOUND || !request.getPath().contains("fieldManager=")) {
      return response;
    }
    String path = request.getPath().replaceFirst("\\?.*", "");
    return handleCreate(
        new RecordedRequest(
            request.getHttpVersion(),
            HttpMethod.POST,
            path.substring(0, path.lastIndexOf('/')),
            request.getHeaders(),
            new Buffer(body.getBytes(StandardCharsets.UTF_8))));
  }
}
