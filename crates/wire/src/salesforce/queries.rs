//! `POST /services/data/vXX.X/composite` with nothing but queries in it:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm>
//!
//! Several questions for the price of one request. Each stands for itself: one that is refused leaves the others alone.

use super::{
    data, errors,
    query::{Page, page_of},
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    tree::object,
    value::Value,
};

/// Statements of one call at most: so many queries does the composite resource take.
pub const QUERIES_LIMIT: usize = 5;

/// Runs several SOQL statements in one call, at most [`QUERIES_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queries {
    /// The API version.
    pub version: String,
    /// The statements.
    pub statements: Vec<String>,
}

impl Endpoint for Queries {
    /// The first page of each statement, in their order.
    type Answer = Vec<Result<Page, CallError>>;

    fn request(&self, base: &str) -> Request {
        let path = data("", &self.version, "query");
        let part = |(place, soql): (usize, &String)| {
            object([
                ("method", Value::from(Method::Get.as_str())),
                ("url", Value::from(format!("{path}?{}", outgoing::pairs(&[("q", soql)])))),
                ("referenceId", Value::from(reference(place))),
            ])
        };
        let parts = self.statements.iter().enumerate().map(part).collect();
        let body = object([("allOrNone", Value::Bool(false)), ("compositeRequest", Value::Array(parts))]);
        outgoing::json(Method::Post, &data(base, &self.version, "composite"), &body)
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        errors::check(reply)?;
        let Some(Value::Array(mut parts)) = json::body(reply)?.take("compositeResponse") else {
            return Err(json::malformed("a composite answer has no parts"));
        };
        let answer = |place: usize| {
            let name = reference(place);
            let part = parts.iter_mut().find(|part| json::maybe_text(part, "referenceId") == Some(&name));
            page(part.ok_or_else(|| json::malformed("a query was not answered"))?)
        };
        Ok((0..self.statements.len()).map(answer).collect())
    }
}

fn reference(place: usize) -> String {
    format!("query{place}")
}

fn page(part: &mut Value) -> Result<Page, CallError> {
    let status = json::at(part, "httpStatusCode").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or_else(|| json::malformed("a query's answer has no status"))?;
    let body = part.take("body").unwrap_or_default();
    if matches!(status, 200..300) {
        return page_of(body);
    }
    let body = body.to_string().into_bytes();
    Err(errors::data(&Reply { status, headers: Vec::new(), body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Queries {
        let statements = vec!["SELECT Id FROM Contact".to_owned(), "SELECT Id FROM Lead".to_owned()];
        Queries { version: "v67.0".to_owned(), statements }
    }

    #[test]
    fn several_questions_are_one_request() {
        let request = two().request("https://org.example");
        assert_eq!(request.method, Method::Post);
        assert_eq!(request.url, "https://org.example/services/data/v67.0/composite");
        let body = String::from_utf8(request.body).unwrap();
        assert!(
            body.contains(r#""url":"/services/data/v67.0/query?q=SELECT%20Id%20FROM%20Contact""#),
            "{body}"
        );
        assert!(body.contains(r#""allOrNone":false"#), "{body}");
    }

    #[test]
    fn a_question_that_is_refused_leaves_the_others_alone() {
        let body = r#"{"compositeResponse":[
            {"referenceId":"query1","httpStatusCode":400,"httpHeaders":{},
             "body":[{"errorCode":"MALFORMED_QUERY","message":"unexpected token"}]},
            {"referenceId":"query0","httpStatusCode":200,"httpHeaders":{},
             "body":{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact"},"Id":"003000000000001AAA"}]}}]}"#;
        let reply = Reply { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let answers = two().read(&reply).unwrap();
        assert_eq!(answers[0].as_ref().unwrap().rows[0].object(), "Contact");
        assert!(matches!(&answers[1], Err(CallError::Rejected(why)) if why.code == "MALFORMED_QUERY"));
    }

    #[test]
    fn a_question_without_an_answer_is_told_apart_from_one_without_rows() {
        let reply = Reply { status: 200, headers: Vec::new(), body: br#"{"compositeResponse":[]}"#.to_vec() };
        assert!(
            two()
                .read(&reply)
                .unwrap()
                .iter()
                .all(|answer| matches!(answer, Err(CallError::Malformed { .. })))
        );
    }
}
