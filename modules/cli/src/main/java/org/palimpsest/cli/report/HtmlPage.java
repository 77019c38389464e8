package org.palimpsest.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills templates of pages, which contain their styles and images. */
public final class HtmlPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private HtmlPage() {}

  /**
   * Fills a template in one pass, so that a text that looks like a place of the template stays as
   * it is. The place {@code styles} gets the styles that all pages have.
   *
   * @param owner the class beside which the template lies
   * @param content the HTML of a place by its name
   */
  public static String fill(Class<?> owner, String template, UnaryOperator<String> content) {
    return PLACE
        .matcher(resource(owner, template))
        .replaceAll(
            place -> {
              String name = place.group(1);
              return Matcher.quoteReplacement(
                  name.equals("styles")
                      ? resource(HtmlPage.class, "styles.css").stripTrailing()
                      : content.apply(name));
            });
  }

  private static String resource(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text as HTML. */
  public static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
