package org.palimpsest.pipeline.progress;

import java.util.stream.Stream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;

/**
 * Why a fit failed.
 *
 * @param kind of the exception: configuration, input, diverged, cluster, time-limit, other
 * @param exitCode of a command that fails so
 * @param message one sentence
 */
public record Failure(String kind, int exitCode, String message) {
  /** The failure of an exception. */
  static Failure of(Throwable e) {
    return new Failure(Section.kebab(kind(e)), exitCode(e), sentence(e));
  }

  private static PalimpsestException.Kind kind(Throwable e) {
    return PalimpsestException.in(e)
        .map(PalimpsestException::kind)
        .orElse(PalimpsestException.Kind.OTHER);
  }

  /** The name of the kind with an exit code. */
  static String kind(int exitCode) {
    return Stream.of(PalimpsestException.Kind.values())
        .filter(kind -> kind.exitCode() == exitCode)
        .findFirst()
        .map(Section::kebab)
        .orElse("other");
  }

  /** The exit code of a command that fails so. */
  public static int exitCode(Throwable e) {
    return kind(e).exitCode();
  }

  /** The first line of the message. */
  public static String sentence(Throwable e) {
    String message =
        PalimpsestException.in(e)
            .map(Throwable::getMessage)
            .orElseGet(() -> String.valueOf(e.getMessage()));
    return Secrets.redacted(message.lines().findFirst().orElse("").strip());
  }
}
