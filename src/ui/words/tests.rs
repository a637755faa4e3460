use super::*;

#[test]
fn avatars_carry_the_first_and_the_last_initial() {
    assert_eq!(initials("Dana Okafor"), "DO");
    assert_eq!(initials("Ana Maria de la Cruz"), "AC");
    assert_eq!(initials("Cher"), "C");
    assert_eq!(initials("\"Bobby\" O'Neil"), "BO");
}

#[test]
fn names_in_other_scripts_have_initials_too() {
    assert_eq!(initials("דנה מור"), "דמ");
    assert_eq!(initials("ßen"), "SS");
}

#[test]
fn a_name_without_letters_has_a_question_mark() {
    assert_eq!(initials(" 🚀 "), "?");
    assert_eq!(initials(""), "?");
}
