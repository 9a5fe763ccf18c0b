//! The attribute that every way from Python into `agent._native` has.
//!
//! It only moves tokens, so that nothing has to be parsed and no crate is needed for it.

#![forbid(unsafe_code)]

use std::mem;

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Makes each function begin with `crate::bridge::exits::enter()`, and return a panic in one that
/// returns a `PyResult` as an error, by `crate::bridge::error::caught`.
///
/// Stands above `#[pymethods]`, `#[pyfunction]` or `#[pymodule]`. The class of an `impl` block also
/// enters before it is dropped, and is marked as `crate::bridge::exits::Guarded`.
#[proc_macro_attribute]
pub fn guarded(_: TokenStream, item: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let Some(place) = tokens.iter().position(|token| is_word(token, "impl")) else {
        return entering(tokens);
    };
    let class: TokenStream =
        tokens[place + 1..].iter().take_while(|token| !is_body(token)).cloned().collect();
    let functions = |token| with_body(token, |body| entering(body.into_iter().collect()));
    let mut made: TokenStream = tokens.into_iter().map(functions).collect();
    made.extend(parsed(&format!(
        "impl crate::bridge::exits::Guarded for {class} {{}}
        impl ::core::ops::Drop for {class} {{
            fn drop(&mut self) {{ crate::bridge::exits::enter(); }}
        }}"
    )));
    made
}

/// The same functions, each beginning with the call.
fn entering(tokens: Vec<TokenTree>) -> TokenStream {
    let (mut in_signature, mut may_fail) = (false, false);
    let begun = tokens.into_iter().map(|token| {
        in_signature |= is_word(&token, "fn");
        may_fail |= is_word(&token, "PyResult");
        if !in_signature || !is_body(&token) {
            return token;
        }
        in_signature = false;
        let catches = mem::take(&mut may_fail);
        with_body(token, |body| {
            // In a block of its own, as it may begin with items.
            let body = TokenStream::from(TokenTree::Group(Group::new(Delimiter::Brace, body)));
            let mut statements = parsed("crate::bridge::exits::enter();");
            if catches {
                let mut closure = parsed("move ||");
                closure.extend(body);
                statements.extend(parsed("crate::bridge::error::caught"));
                let argument = Group::new(Delimiter::Parenthesis, closure);
                statements.extend([TokenTree::Group(argument)]);
            } else {
                statements.extend(body);
            }
            statements
        })
    });
    begun.collect()
}

/// The token, with what `change` makes of its content if it is a body.
fn with_body(token: TokenTree, change: impl FnOnce(TokenStream) -> TokenStream) -> TokenTree {
    if let TokenTree::Group(body) = &token
        && is_body(&token)
    {
        let mut changed = Group::new(body.delimiter(), change(body.stream()));
        changed.set_span(body.span());
        return TokenTree::Group(changed);
    }
    token
}

fn parsed(code: &str) -> TokenStream {
    code.parse().unwrap_or_default()
}

fn is_word(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word.to_string() == name)
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
