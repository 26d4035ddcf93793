//! An object whose properties are computed when a template asks for them: `cargo run --example lazy_object`.
//!
//! Here a customer's orders lie in a database, and only a template that prints them has them looked up.

use carafe::{Arena, Engine, Error, Failure, Object, ToData, Value, dialect};
use std::cell::Cell;

/// A row of the table `orders`.
struct Order {
    title: &'static str,
    cents: i64,
}

/// A stand-in for a connection, which counts what it is asked.
#[derive(Default)]
struct Database {
    queries: Cell<usize>,
}

impl Database {
    fn orders(&self, customer: i64) -> Result<Vec<Order>, String> {
        self.queries.set(self.queries.get() + 1);
        match customer {
            7 => Ok(vec![Order { title: "Mug", cents: 1250 }, Order { title: "Jug", cents: 3000 }]),
            _ => Err(format!("no customer {customer}")),
        }
    }
}

struct Customer<'d> {
    id: i64,
    name: String,
    database: &'d Database,
}

impl Object for Customer<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match key.as_str() {
            Some("name") => Some(Value::from(&self.name)),
            Some("orders") => {
                let orders = self.database.orders(self.id).map_err(Failure::argument)?;
                let mut list = arena.list();
                for order in orders {
                    let entries = [("title", order.title.into()), ("cents", order.cents.into())];
                    list.push(Value::Map(arena.map(&entries)?))?;
                }
                Some(Value::Array(list.finish()))
            }
            _ => None,
        })
    }
}

/// What a template sees: the customer as `customer`.
struct Mail<'d> {
    customer: Customer<'d>,
}

impl ToData for Mail<'_> {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        Ok(Value::Map(arena.map(&[("customer", Value::Object(&self.customer))])?))
    }
}

fn main() -> Result<(), Error> {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let database = Database::default();
    let ada = Mail { customer: Customer { id: 7, name: "Ada".into(), database: &database } };
    let bob = Mail { customer: Customer { id: 8, name: "Bob".into(), database: &database } };

    let greeting = engine.template("Hi {{ customer.name }}!")?;
    let orders = engine.template("{{ customer.orders | map: 'title' | join: ', ' }}")?;
    for (template, mail, expected, queries) in [
        (&greeting, &ada, "Hi Ada!", 0),
        (&orders, &ada, "Mug, Jug", 1),
        (&orders, &bob, "Liquid error: no customer 8", 2),
    ] {
        let body = template.render(mail)?;
        println!("{body} ({} queries)", database.queries.get());
        assert_eq!((body.as_str(), database.queries.get()), (expected, queries));
    }
    Ok(())
}
