package org.palimpsest.corpus.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SentencesTest {
  private final Sentences sentences = new Sentences();

  private List<String> split(String text) {
    int count = sentences.find(text);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int end = i + 1 < count ? sentences.start(i + 1) : text.length();
      found.add(text.substring(sentences.start(i), end));
    }
    return found;
  }

  @Example
  void abbreviationsDoNotEndSentences() {
    assertThat(
            split(
                "Mr. Smith met Dr. Jones at 3.30 p.m. in St. Albans, e.g. on Oct. 3rd. They ate!"
                    + " \"Why?\" he asked... It cost $3.50."))
        .containsExactly(
            "Mr. Smith met Dr. Jones at 3.30 p.m. in St. Albans, e.g. on Oct. 3rd.",
            " They ate!",
            " \"Why?\"",
            " he asked...",
            " It cost $3.50.");
  }

  @Example
  void splitsSentencesOfMajorScripts() {
    assertThat(split("今天天气很好。我们去公园吧！你来吗？好的。")).containsExactly("今天天气很好。", "我们去公园吧！", "你来吗？", "好的。");
    assertThat(split("今日は天気がいい。公園に行こう。")).containsExactly("今日は天気がいい。", "公園に行こう。");
    assertThat(split("आज मौसम अच्छा है। हम पार्क जाएँ? हाँ।"))
        .containsExactly("आज मौसम अच्छा है।", " हम पार्क जाएँ?", " हाँ।");
    assertThat(split("الطقس جميل اليوم. هل نذهب إلى الحديقة؟ نعم."))
        .containsExactly("الطقس جميل اليوم.", " هل نذهب إلى الحديقة؟", " نعم.");
    assertThat(split("Это Москва. Он живёт там.")).containsExactly("Это Москва.", " Он живёт там.");
    assertThat(split("Երևան։ Այո։")).containsExactly("Երևան։", " Այո։");
    assertThat(split("မြန်မာ။ ဟုတ်ကဲ့။")).containsExactly("မြန်မာ။", " ဟုတ်ကဲ့။");
  }

  @Example
  void splitsThaiAtClauses() {
    assertThat(split("วันนี้อากาศดี เราไปสวนกันเถอะ คุณจะมาไหม"))
        .containsExactly("วันนี้อากาศดี", " เราไปสวนกันเถอะ", " คุณจะมาไหม");
    assertThat(split("ใช้ Spark กับ Java 17 ได้ดี")).hasSize(1);
  }

  @Example
  void assignsSpaceToTheNextSentence() {
    assertThat(split("One.  \nTwo.  ")).containsExactly("One.", "  \nTwo.  ");
    assertThat(split("   ")).containsExactly("   ");
    assertThat(split("")).isEmpty();
  }

  @Property(tries = 500)
  void sentencesCoverTheTextAndAreNotEmpty(@ForAll String text) {
    List<String> found = split(text);
    assertThat(String.join("", found)).isEqualTo(text);
    assertThat(found).doesNotContain("");
  }
}
