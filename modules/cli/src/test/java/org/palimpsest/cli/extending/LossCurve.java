package org.palimpsest.cli.extending;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/** A listener: appends step and loss to a CSV file while a run goes on. */
public record LossCurve(Path file) implements RunListener {

  /** About once a second, on a thread of the driver. An exception is logged; the run goes on. */
  @Override
  public void progress(Progress progress) {
    append(progress.step() + "," + progress.loss());
  }

  @Override
  public void warning(String sentence) {
    append("# " + sentence);
  }

  private void append(String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
