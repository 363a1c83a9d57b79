expect("eni-0075c8519a9320579"):cannot_reach("internet")
