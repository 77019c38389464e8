package org.palimpsest.dist;

import static org.palimpsest.dist.SmallRun.expectSuccess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Trains one small model for all tests of the module, and gives each test class its own session.
 */
final class SmallRunExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SmallRunExtension.class);

  /** A folder with a text and a finished run. */
  private record Trained(Path folder, JsonNode status) implements AutoCloseable {
    static Trained create() {
      try (InProcess commands = session()) {
        Path folder = Files.createTempDirectory("small-run");
        Path text = Stories.write(text(folder), 600);
        Path run = run(folder);
        expectSuccess(SmallRun.command(commands, text, run, "prepare"));
        expectSuccess(SmallRun.command(commands, text, run, "pretrain"));
        JsonNode status = new ObjectMapper().readTree(run.resolve("status.json").toFile());
        expectSuccess(SmallRun.command(commands, text, run, "export"));
        return new Trained(folder, status);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    SmallRun open() {
      return new SmallRun(session(), text(folder), run(folder), status);
    }

    private static InProcess session() {
      return new InProcess("local[2]");
    }

    private static Path text(Path folder) {
      return folder.resolve("stories.txt");
    }

    private static Path run(Path folder) {
      return folder.resolve("run");
    }

    @Override
    public void close() throws IOException {
      PathUtils.deleteDirectory(folder);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SmallRun.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Trained trained =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent("trained", key -> Trained.create(), Trained.class);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("run", key -> trained.open(), SmallRun.class);
  }
}
