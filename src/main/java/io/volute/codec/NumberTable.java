package io.volute.codec;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The numbers that stand for the constants of one enum on the wire. They are written out, never
 * taken from the order of declaration, so that moving a constant doesn't change the format.
 */
final class NumberTable<E extends Enum<E>> {
  /** One byte in msgpack. */
  static final int MAX_NUMBER = 127;

  private final String what;
  private final Map<E, Integer> numbers;
  private final E[] byNumber;

  private NumberTable(String what, Map<E, Integer> numbers, E[] byNumber) {
    this.what = what;
    this.numbers = numbers;
    this.byNumber = byNumber;
  }

  /**
   * @param numberOf best a switch over all constants, which doesn't compile when one is missing
   */
  static <E extends Enum<E>> NumberTable<E> of(
      String what, Class<E> type, ToIntFunction<E> numberOf) {
    E[] constants = type.getEnumConstants();
    int highest = Arrays.stream(constants).mapToInt(numberOf).max().orElse(0);
    E[] byNumber = Arrays.copyOf(constants, highest + 1);
    Arrays.fill(byNumber, null);
    Map<E, Integer> numbers = new EnumMap<>(type);
    for (E constant : constants) {
      int number = numberOf.applyAsInt(constant);
      if (number < 0 || number > MAX_NUMBER || byNumber[number] != null) {
        throw new IllegalArgumentException(what + " " + constant + " has the number " + number);
      }
      byNumber[number] = constant;
      numbers.put(constant, number);
    }
    return new NumberTable<>(what, numbers, byNumber);
  }

  String what() {
    return what;
  }

  int number(E constant) {
    return numbers.get(constant);
  }

  E constant(int number) throws MalformedMessageException {
    if (number < 0 || number >= byNumber.length || byNumber[number] == null) {
      throw new MalformedMessageException(what + " " + number + " is not known");
    }
    return byNumber[number];
  }

  /** In the order of declaration. */
  Map<E, Integer> asMap() {
    return numbers;
  }
}
