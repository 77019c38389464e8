package org.palimpsest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the repository, for tests of the documentation. */
final class RepositoryFiles {
  private RepositoryFiles() {}

  /** The entries of a folder, by its path from the root. */
  static List<Path> list(String folder) {
    try (Stream<Path> entries = Files.list(MarkdownPage.ROOT.resolve(folder))) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names, without {@code .java}, of the source files that end with one of the suffixes. */
  static List<String> simpleNames(String... suffixes) {
    return list("modules").stream()
        .map(module -> module.resolve("src"))
        .filter(Files::isDirectory)
        .flatMap(src -> walk(src).stream())
        .map(file -> file.getFileName().toString())
        .filter(name -> Stream.of(suffixes).anyMatch(name::endsWith))
        .map(name -> name.replace(".java", ""))
        .toList();
  }

  /** The text of a file, by its path from the root. */
  static String read(String file) {
    try {
      return Files.readString(MarkdownPage.ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
