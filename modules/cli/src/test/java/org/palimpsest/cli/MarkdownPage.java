package org.palimpsest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path from the root of the repository
 * @param text Markdown
 */
record MarkdownPage(Path path, String text) {
  /** The root of the repository, relative to the working directory of this module's tests. */
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  private static final Pattern FENCED =
      Pattern.compile("^```[^\\n]*\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern INLINE = Pattern.compile("(`+)(.+?)\\1", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);

  /** Every page that users or contributors read: in the root, docs, deploy and .github. */
  static List<MarkdownPage> all() {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"));
        Stream<Path> github = Files.walk(ROOT.resolve(".github"))) {
      Stream.of(root, docs, deploy, github)
          .flatMap(stream -> stream)
          .filter(file -> file.toString().endsWith(".md"))
          .forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().map(MarkdownPage::read).toList();
  }

  private static MarkdownPage read(Path file) {
    try {
      return new MarkdownPage(ROOT.relativize(file), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One page by its path from the root. */
  static MarkdownPage of(String path) {
    return read(ROOT.resolve(path));
  }

  /** The content of fenced code blocks. */
  List<String> codeBlocks() {
    return FENCED.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** Code within sentences and tables, with line breaks as spaces. */
  List<String> inlineCode() {
    return INLINE
        .matcher(prose())
        .results()
        .map(match -> match.group(2).replaceAll("\\s+", " ").strip())
        .toList();
  }

  /** The targets of links. */
  List<String> links() {
    return LINK.matcher(prose()).results().map(match -> match.group(1)).toList();
  }

  /** The anchors of headings, as GitHub generates them. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    HEADING
        .matcher(prose())
        .results()
        .map(match -> slug(match.group(1)))
        .forEach(
            slug -> {
              int before = seen.merge(slug, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? slug : slug + "-" + before);
            });
    return anchors;
  }

  /** The text below a heading of the second level, up to the next one. */
  String section(String heading) {
    String start = "\n## " + heading + "\n";
    int from = text.indexOf(start);
    if (from < 0) {
      return "";
    }
    int to = text.indexOf("\n## ", from + start.length());
    return text.substring(from + start.length(), to < 0 ? text.length() : to);
  }

  private String prose() {
    return FENCED.matcher(text).replaceAll(MarkdownPage::emptyLines);
  }

  private static String emptyLines(MatchResult match) {
    return "\n".repeat((int) match.group().lines().count());
  }

  private static String slug(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }
}
