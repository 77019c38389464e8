package org.palimpsest.corpus.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts a gloss of WordNet to sentences, for example from {@code a tangible entity; "it was full
 * of rackets"; "balls" - Shakespeare} to {@code A tangible entity. It was full of rackets. Balls.}
 */
final class Gloss {
  private static final Pattern FIRST_EXAMPLE = Pattern.compile("(?:^|[;:,]\\s*)\"");
  private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]+)(?:\"|$)");
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Gloss() {}

  static String text(String gloss) {
    String normalized = SPACES.matcher(gloss.replace('`', '\'')).replaceAll(" ").strip();
    Matcher first = FIRST_EXAMPLE.matcher(normalized);
    boolean hasExamples = first.find();
    StringBuilder text = new StringBuilder(normalized.length() + 8);
    appendSentence(text, hasExamples ? normalized.substring(0, first.start()) : normalized);
    if (hasExamples) {
      Matcher examples = EXAMPLE.matcher(normalized.substring(first.end() - 1));
      while (examples.find()) {
        appendSentence(text, examples.group(1));
      }
    }
    return text.toString();
  }

  private static void appendSentence(StringBuilder text, String words) {
    String sentence = withoutLoosePunctuation(words);
    if (sentence.isEmpty()) {
      return;
    }
    if (!text.isEmpty()) {
      text.append(' ');
    }
    int first = sentence.codePointAt(0);
    text.appendCodePoint(Character.toTitleCase(first));
    text.append(sentence, Character.charCount(first), sentence.length());
    if (".!?".indexOf(sentence.charAt(sentence.length() - 1)) < 0) {
      text.append('.');
    }
  }

  private static String withoutLoosePunctuation(String words) {
    int end = words.length();
    while (end > 0 && " ;:,-\"".indexOf(words.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = 0;
    while (start < end && " ;:,-\"".indexOf(words.charAt(start)) >= 0) {
      start++;
    }
    return words.substring(start, end);
  }
}
